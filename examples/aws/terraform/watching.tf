# Who is told when something fails: a topic, to which anything can be subscribed.

resource "aws_sns_topic" "failures" {
  name = "${var.name}-failures"
}

resource "aws_sns_topic_policy" "failures" {
  arn    = aws_sns_topic.failures.arn
  policy = module.texts.topic_policy
}

resource "aws_sns_topic_subscription" "email" {
  count     = var.alarm_email == null ? 0 : 1
  topic_arn = aws_sns_topic.failures.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

# A migration that failed, was killed at the time limit, or never reached the host.
resource "aws_cloudwatch_event_rule" "failed_command" {
  name          = "${var.name}-failed-migration"
  event_pattern = module.texts.failed_command_pattern
}

resource "aws_cloudwatch_event_target" "failed_command" {
  rule = aws_cloudwatch_event_rule.failed_command.name
  arn  = aws_sns_topic.failures.arn

  input_transformer {
    input_paths = {
      command = "$.detail.command-id"
      status  = "$.detail.status"
      time    = "$.time"
    }
    input_template = "\"Migration <command> ended as <status> at <time>. Its output: log group ${aws_cloudwatch_log_group.host.name}, streams <command>/…\""
  }
}

# Uploads for which no migration could be started.
resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "${var.name}-uploads-not-started"
  alarm_description   = "Uploads wait in ${aws_sqs_queue.dead.name}. Why: log group ${aws_cloudwatch_log_group.function.name}."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.failures.arn]
}

# Uploads that nobody fetches: the function is switched off, throttled, or fails as a whole.
resource "aws_cloudwatch_metric_alarm" "waiting" {
  alarm_name          = "${var.name}-uploads-waiting"
  alarm_description   = "An upload waits for more than 15 minutes in ${aws_sqs_queue.uploads.name}."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.uploads.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 900
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.failures.arn]
}

resource "aws_cloudwatch_metric_alarm" "function_errors" {
  alarm_name          = "${var.name}-function-errors"
  alarm_description   = "${local.function_name} failed as a whole. Why: log group ${aws_cloudwatch_log_group.function.name}."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.start_migration.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.failures.arn]
}
