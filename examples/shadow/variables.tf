variable "name" {
  description = "Name of the endpoint, the function and the API, and beginning of the buckets' names."
  type        = string
  default     = "bikeshare-shadow"
}
