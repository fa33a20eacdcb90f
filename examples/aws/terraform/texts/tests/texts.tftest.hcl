# terraform init && terraform test, in the folder above this one. No provider and no account are needed.

variables {
  name            = "flyway"
  region          = "eu-central-1"
  account         = "123456789012"
  partition       = "aws"
  databases       = { users = { schema = "app_users" }, products = { schema = "app_products" } }
  buckets         = { users = "users-1", products = "products-1", artifacts = "flyway-artifacts-1" }
  flyway_version  = "whimbrel-0.1.0"
  archive_key     = "whimbrel-0.1.0.tar.gz"
  archive_sha256  = "0000000000000000000000000000000000000000000000000000000000000000"
  login           = "iam"
  source_of_files = "s3"
  longest_run     = 7200
  function_name   = "flyway-start-migration"
  uploads_queue   = "flyway-uploads"
  failures_topic  = "flyway-failures"
  instance        = "i-0123456789abcdef0"
  cluster         = "db.cluster-x.eu-central-1.rds.amazonaws.com"
  cluster_id      = "cluster-ABC"
  master_secret   = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!cluster-x-AbCdEf"
}

run "document" {
  command = plan

  assert {
    condition     = join("\n", jsondecode(output.document).mainSteps[0].inputs.runCommand) == trimsuffix(file("../../document/migrate.sh"), "\n")
    error_message = "The document has to run the script as it is."
  }
  assert {
    condition     = alltrue([for name, rules in jsondecode(output.document).parameters : can(rules.allowedPattern) || can(rules.allowedValues)])
    error_message = "Each parameter needs a pattern or a list of values."
  }
  assert {
    condition     = alltrue([for name, rules in jsondecode(output.document).parameters : try(rules.interpolationType, "") == "ENV_VAR" || name == "executionTimeout"])
    error_message = "Each parameter of the script has to reach it as a variable."
  }
  assert {
    condition     = alltrue([for name, rules in jsondecode(output.document).parameters : can(regex("^\\^.*[$]$", try(rules.allowedPattern, "^$")))])
    error_message = "A pattern has to cover the whole value."
  }
  assert {
    condition     = jsondecode(output.document).parameters.executionTimeout.default == "7200"
    error_message = "The time limit is that of the variable."
  }
}

run "mappings" {
  command = plan

  assert {
    condition     = jsondecode(output.mappings.users) == { schema = "app_users", flywayVersion = "whimbrel-0.1.0", flywayConf = "users.conf" }
    error_message = "The mapping is not what the function reads."
  }
  assert {
    condition = alltrue(flatten([
      for name, mapping in output.mappings : [
        for field, value in jsondecode(mapping) : can(regex(jsondecode(output.document).parameters[field].allowedPattern, value))
      ]
    ]))
    error_message = "The document would refuse the mapping."
  }
}

run "login_with_tokens" {
  command = plan

  assert {
    condition     = strcontains(output.configurations["users.conf"], "flyway.user=migrator_users\n")
    error_message = "Each database has an account of its own."
  }
  assert {
    condition     = alltrue([for name, text in output.configurations : !strcontains(lower(text), "password") && strcontains(text, "sslMode=VERIFY_IDENTITY")])
    error_message = "There must be no password in a file, and no connection without TLS."
  }
  assert {
    condition     = !strcontains(output.host_policy, "secretsmanager") && strcontains(output.host_policy, "dbuser:cluster-ABC/migrator_users")
    error_message = "The host may log in as the accounts, and read no secret."
  }
}

run "login_with_a_secret" {
  command = plan

  variables {
    login = "secret"
  }

  assert {
    condition     = strcontains(output.configurations["users.conf"], "jdbc-secretsmanager:mysql://") && strcontains(output.configurations["users.conf"], "flyway.user=arn:aws:secretsmanager:")
    error_message = "The user is the secret."
  }
  assert {
    condition     = !strcontains(output.host_policy, "rds-db:connect") && strcontains(output.host_policy, "\"secretsmanager:GetSecretValue\",\"Effect\":\"Allow\",\"Resource\":[\"arn:aws:secretsmanager:")
    error_message = "The host may read that secret only."
  }
}

run "files_that_flyway_reads" {
  command = plan

  variables {
    login           = "secret"
    source_of_files = "sync"
  }

  assert {
    condition     = !strcontains(output.configurations["users.conf"], "flyway.s3.")
    error_message = "Flyway refuses keys that it does not know."
  }
}

run "user_data" {
  command = plan

  assert {
    condition     = startswith(output.user_data, "#!/bin/sh\n") && endswith(output.user_data, file("../../host/install.sh"))
    error_message = "The user data is the installation with its variables before it."
  }
  assert {
    condition     = strcontains(output.user_data, "ARCHIVE_SHA256='0000000000000000000000000000000000000000000000000000000000000000'")
    error_message = "The checksum is missing."
  }
}

run "policies_are_narrow" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for policy in [output.function_policy, output.host_policy, output.upload_policy, output.queue_policy, output.topic_policy] : [
        for statement in jsondecode(policy).Statement : [
          for text in flatten([statement.Action, statement.Resource]) : text != "*" && !endswith(text, ":*") || startswith(text, "arn:aws:logs:")
        ]
      ]
    ]))
    error_message = "No policy allows everything, or on everything."
  }
  assert {
    condition = toset(flatten([
      for statement in jsondecode(output.function_policy).Statement : statement.Resource if statement.Action == "ssm:SendCommand"
      ])) == toset([
      "arn:aws:ssm:eu-central-1:123456789012:document/flyway-Migrate",
      "arn:aws:ec2:eu-central-1:123456789012:instance/i-0123456789abcdef0",
    ])
    error_message = "The function runs one document on one machine."
  }
  assert {
    condition     = !strcontains(output.host_policy, "s3:Put") && !strcontains(output.host_policy, "s3:Delete")
    error_message = "The host only reads."
  }
  assert {
    condition     = !contains(keys(output.trust_policies), "github")
    error_message = "Nobody uploads from GitHub unless asked for."
  }
}

run "github" {
  command = plan

  variables {
    github = { repository = "example/migrations", oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }

  assert {
    condition     = jsondecode(output.trust_policies.github).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:example/migrations:ref:refs/heads/main"
    error_message = "Only the branch main may upload."
  }
}

run "failures" {
  command = plan

  assert {
    condition     = length(setsubtract(["Failed", "TimedOut", "Cancelled"], jsondecode(output.failed_command_pattern).detail.status)) == 0
    error_message = "Each way to fail has to be told."
  }
  assert {
    condition     = jsondecode(output.failed_command_pattern).detail["document-name"] == ["flyway-Migrate"]
    error_message = "The rule has to watch the document that the function runs."
  }
}
