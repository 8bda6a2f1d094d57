variable "name" {
  description = "Name of the function and the API, beginning of the endpoint's and the bucket's."
  type        = string
  default     = "bikeshare-existing"
}
