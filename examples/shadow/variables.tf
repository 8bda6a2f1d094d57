variable "name" {
  description = "Name of the endpoint, the function and the API, and prefix of the buckets' names."
  type        = string
  default     = "bikeshare-shadow"
}
