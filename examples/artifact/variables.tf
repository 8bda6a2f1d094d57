variable "name" {
  description = "Prefix of the bucket's name."
  type        = string
  nullable    = false
}

variable "path" {
  description = "Path of the model.tar.gz that a train.py has written."
  type        = string
  nullable    = false
}
