variable "name" {
  description = "Name of the endpoint, the function and the API, and prefix of the buckets' names."
  type        = string
  default     = "bikeshare-web"
}

variable "issuer" {
  description = "URL of the OpenID Connect provider that signs the users in, as in the claim iss of its tokens."
  type        = string
  default     = "https://login.example.com"
}

variable "audiences" {
  description = "Values of the claim aud in the tokens: the API's identifier at the provider."
  type        = set(string)
  default     = ["bikeshare"]
}

variable "jwks_uri" {
  description = "URL at which the provider publishes its keys; null for the one in its OpenID configuration."
  type        = string
  default     = null
}

variable "origins" {
  description = "Origins of the pages that call the API."
  type        = set(string)
  default     = ["https://shop.example.com", "http://localhost:8000"]
}

variable "domain_name" {
  description = "Domain name of the API."
  type        = string
  default     = "predictions.example.com"
}

variable "certificate_arn" {
  description = "ACM certificate for the domain name, in the API's Region."
  type        = string
  default     = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
}

variable "firewall" {
  description = "Whether a WAF web ACL is in front of the API."
  type        = bool
  default     = true
}
