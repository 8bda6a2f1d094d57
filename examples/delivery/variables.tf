variable "name" {
  description = "Name of the endpoint, the function and the API, and prefix of the names of the bucket and the layers."
  type        = string
  default     = "delivery"
}

variable "pandas_layer_arn" {
  description = <<-EOT
    ARN of a layer with pandas for the function's architecture, such as AWS's public AWSSDKPandas-Python313-Arm64. Null uses
    .build/pandas.zip.
  EOT
  type        = string
  default     = null
}
