variable "name" {
  description = "What the names of most things begin with."
  type        = string
  default     = "flyway"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,20}$", var.name))
    error_message = "At most 21 lower-case letters, digits and hyphens."
  }
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "databases" {
  description = "One entry per database. Its key names the bucket, the configuration file and the account; schema is what is migrated."
  type        = map(object({ schema = string }))
  default = {
    users    = { schema = "users" }
    products = { schema = "products" }
  }

  validation {
    condition     = alltrue([for name, database in var.databases : can(regex("^[a-z][a-z0-9]{0,19}$", name)) && can(regex("^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$", database.schema))])
    error_message = "Names: lower-case letters and digits, at most 20. Schemas: letters, digits, _ and -."
  }
}

# The tool

variable "archive" {
  description = "The file whimbrel-VERSION.tar.gz, which holds one folder with the program flyway at its root."
  type        = string
}

variable "archive_sha256" {
  description = "Its checksum, as published with it: the host installs nothing else."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.archive_sha256))
    error_message = "64 hexadecimal digits."
  }
}

variable "flyway_version" {
  description = "What the mappings call it, and its folder below /opt/flyway on the host."
  type        = string
  default     = "whimbrel-0.1.0"
}

variable "rds_ca" {
  description = "The file global-bundle.pem with the certificates of the authorities of RDS: truststore.pki.rds.amazonaws.com/global/global-bundle.pem."
  type        = string
}

variable "source_of_files" {
  description = "s3: the tool reads the buckets itself. sync: the host copies them first, for a tool that can't."
  type        = string
  default     = "s3"

  validation {
    condition     = contains(["s3", "sync"], var.source_of_files)
    error_message = "s3 or sync."
  }
}

# The database

variable "login" {
  description = "iam: an account for each database, with tokens of 15 minutes and no password anywhere. secret: the one of the cluster's master user in Secrets Manager."
  type        = string
  default     = "iam"

  validation {
    condition     = contains(["iam", "secret"], var.login)
    error_message = "iam or secret."
  }
}

variable "engine_version" {
  type    = string
  default = "8.0.mysql_aurora.3.10.0"
}

variable "capacity" {
  description = "Of Aurora Serverless v2, in ACUs (2 GiB each). With min = 0 it pauses when nobody is connected, and takes some 15 seconds to wake up."
  type        = object({ min = number, max = number })
  default     = { min = 0, max = 4 }
}

variable "deletion_protection" {
  description = "Off, for trying things out: then terraform destroy works, and also empties the buckets."
  type        = bool
  default     = true
}

# Time

variable "settle_seconds" {
  description = "How long an upload waits, so that files put there together are seen together."
  type        = number
  default     = 30
}

variable "longest_run" {
  description = "Seconds after which a migration is killed; a minute before, it is told to stop."
  type        = number
  default     = 36000
}

variable "log_days" {
  type    = number
  default = 90
}

# People

variable "alarm_email" {
  description = "Who is told of failures; null: nobody, until something is subscribed to the topic."
  type        = string
  default     = null
}

variable "github" {
  description = "The repository that may upload from its branch main, as ORGANISATION/NAME, and the account's OIDC provider for GitHub."
  type        = object({ repository = string, oidc_provider_arn = string })
  default     = null
}
