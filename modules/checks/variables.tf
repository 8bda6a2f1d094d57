variable "name" {
  description = "Name of the deployment."
  type        = string
  nullable    = false
}

variable "problems" {
  description = "Problems of the inputs, the contract and what the endpoint serves: the outputs problems of the pure modules."
  nullable    = false
  type = object({
    inputs   = list(string)
    contract = list(string)
    serving  = list(string)
  })
}
