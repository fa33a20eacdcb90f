variable "name" { type = string }
variable "region" { type = string }
variable "account" { type = string }
variable "partition" { type = string }
variable "databases" { type = map(object({ schema = string })) }
variable "flyway_version" { type = string }
variable "archive_key" { type = string }
variable "archive_sha256" { type = string }
variable "login" { type = string }
variable "source_of_files" { type = string }
variable "longest_run" { type = number }
variable "function_name" { type = string }
variable "uploads_queue" { type = string }
variable "failures_topic" { type = string }

variable "github" {
  type    = object({ repository = string, oidc_provider_arn = string })
  default = null
}

# What is known only when it was made:

variable "buckets" {
  description = "The bucket of each database, and artifacts."
  type        = map(string)
}

variable "instance" {
  description = "The identifier of the host."
  type        = string
}

variable "cluster" {
  description = "The name under which the cluster is reached."
  type        = string
}

variable "cluster_id" {
  description = "Its resource identifier, cluster-ABC…"
  type        = string
}

variable "master_secret" {
  description = "The ARN of the secret of its master user."
  type        = string
}
