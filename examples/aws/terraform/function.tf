# The function that turns messages into commands. It needs no network of ours, only Systems Manager.

locals {
  function_name    = "${var.name}-start-migration"
  function_timeout = 30
  batch_seconds    = 20
}

data "archive_file" "function" {
  type        = "zip"
  source_file = "${path.module}/../function/start_migration.py"
  output_path = "${path.root}/.terraform/start_migration.zip"
}

resource "aws_lambda_function" "start_migration" {
  function_name    = local.function_name
  description      = "Starts a migration when .sql files were uploaded"
  filename         = data.archive_file.function.output_path
  source_code_hash = data.archive_file.function.output_base64sha256
  handler          = "start_migration.handler"
  runtime          = "python3.13"
  architectures    = ["arm64"]
  timeout          = local.function_timeout
  role             = aws_iam_role.function.arn

  environment {
    variables = {
      DOCUMENT         = aws_ssm_document.migrate.name
      INSTANCE_ID      = aws_instance.host.id
      LOG_GROUP        = aws_cloudwatch_log_group.host.name
      SOURCE           = var.source_of_files
      DELIVERY_TIMEOUT = "3600"
    }
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function.name
  }
}

# Messages are gathered for some seconds, so that a burst becomes one call. What could not be started comes back by itself.
resource "aws_lambda_event_source_mapping" "uploads" {
  event_source_arn                   = aws_sqs_queue.uploads.arn
  function_name                      = aws_lambda_function.start_migration.arn
  batch_size                         = 100
  maximum_batching_window_in_seconds = local.batch_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  # The least there is. A concurrency of 1 reserved for the function would make the queue's poller run into a wall, and count
  # that as failed attempts; runs that come together wait for each other on the host.
  scaling_config {
    maximum_concurrency = 2
  }
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_days
}

resource "aws_iam_role" "function" {
  name_prefix        = "${var.name}-function-"
  assume_role_policy = module.texts.trust_policies.function
}

resource "aws_iam_role_policy" "function" {
  name   = "start-migration"
  role   = aws_iam_role.function.id
  policy = module.texts.function_policy
}
