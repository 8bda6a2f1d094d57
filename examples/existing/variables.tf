variable "name" {
  description = "Name of the function and the API, and prefix of the names of the endpoint and the bucket."
  type        = string
  default     = "bikeshare-existing"
}
