# The texts that AWS is given, but for policies: see policies.tf. No provider is needed here.

terraform {
  required_version = ">= 1.7"
}

locals {
  example  = "${path.module}/../.."
  document = jsondecode(file("${local.example}/document/document.json"))
  step     = local.document.mainSteps[0]
}

# The document, with the script as its lines and the time limit as the default.
output "document" {
  value = jsonencode(merge(local.document, {
    parameters = merge(local.document.parameters, {
      executionTimeout = merge(local.document.parameters.executionTimeout, { default = tostring(var.longest_run) })
    })
    mainSteps = [merge(local.step, {
      inputs = merge(local.step.inputs, {
        runCommand = split("\n", trimsuffix(file("${local.example}/document/migrate.sh"), "\n"))
      })
    })]
  }))
}

# What /flyway/s3-mapping/BUCKET says, by the name of the database.
output "mappings" {
  value = {
    for name, database in var.databases : name => jsonencode({
      schema        = database.schema
      flywayVersion = var.flyway_version
      flywayConf    = "${name}.conf"
    })
  }
}

# The configuration files on the host. There is no password in any of them.
locals {
  configurations = {
    for name, database in var.databases : "${name}.conf" => templatefile("${path.module}/flyway.conf.tftpl", {
      name            = name
      cluster         = var.cluster
      login           = var.login
      account         = "migrator_${name}"
      secret          = var.master_secret
      source_of_files = var.source_of_files
    })
  }
}

output "configurations" {
  value = local.configurations
}

# What the host does when it is new. The checksum of the configuration stands there so that another one makes a new host.
output "user_data" {
  value = join("\n", [
    "#!/bin/sh",
    "# Configuration: ${sha256(jsonencode(local.configurations))}",
    "export ARTIFACTS='${var.buckets.artifacts}' ARCHIVE='${var.archive_key}'",
    "export ARCHIVE_SHA256='${var.archive_sha256}' VERSION='${var.flyway_version}'",
    file("${local.example}/host/install.sh"),
  ])
}

# Commands of our document that did not end well.
output "failed_command_pattern" {
  value = jsonencode({
    source        = ["aws.ssm"]
    "detail-type" = ["EC2 Command Status-change Notification"]
    detail = {
      "document-name" = ["${var.name}-Migrate"]
      status          = ["Failed", "TimedOut", "Cancelled", "Undeliverable", "Terminated", "InvalidPlatform", "AccessDenied"]
    }
  })
}
