variable "name" {
  description = "Beginning of the bucket's name."
  type        = string
  nullable    = false
}

variable "path" {
  description = "Path of the model.tar.gz that a train.py packed."
  type        = string
  nullable    = false
}
