variable "name" {
  description = "Name of the endpoint, the function and the API, and prefix of the bucket's name."
  type        = string
  default     = "bikeshare"
}
