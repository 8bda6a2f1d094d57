variable "name" {
  description = "Name of the endpoint, the function and the API, and beginning of the names of bucket and layers."
  type        = string
  default     = "delivery"
}

variable "pandas_layer_arn" {
  description = "ARN of a layer with pandas for the function's architecture, such as AWS's public AWSSDKPandas-Python313-Arm64. Null takes .build/pandas.zip."
  type        = string
  default     = null
}
