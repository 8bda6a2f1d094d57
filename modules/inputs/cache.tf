# A cache of the stage, for GET requests.

locals {
  # In GB: API Gateway API Reference, CreateStage, cacheClusterSize.
  cache_sizes = [0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237]

  cache_problems = flatten([for cache in var.api.cache[*] : [for problem in [
    {
      when    = !contains(local.cache_sizes, cache.size_in_gb)
      message = "api.cache.size_in_gb: ${cache.size_in_gb} is not a size of API Gateway's caches. Set one of ${join(", ", local.cache_sizes)}."
    },
    {
      when    = cache.ttl_in_seconds < 1 || cache.ttl_in_seconds > 3600 || cache.ttl_in_seconds != floor(cache.ttl_in_seconds)
      message = "api.cache.ttl_in_seconds: ${cache.ttl_in_seconds} is out of range. Set a whole number from 1 to 3600, or remove cache."
    },
    {
      when    = var.asynchronous
      message = "api.cache: GET /predictions/{id} responds with 202 until the prediction exists, and a cache would repeat that. Remove it, or serve the model in another mode than capacity.async."
    },
  ] : problem.message if problem.when]])
}
