# Uploads wait here. A message becomes visible only after settle_seconds: until then the other files that belong to it have come.

resource "aws_sqs_queue" "uploads" {
  name                    = "${var.name}-uploads"
  delay_seconds           = var.settle_seconds
  sqs_managed_sse_enabled = true

  # While the function works on a batch nobody else gets it: six times its time limit, and the time in which it is gathered.
  visibility_timeout_seconds = 6 * local.function_timeout + local.batch_seconds

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

# What could not be started five times. After the cause is mended: "Start DLQ redrive" in the console.
resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-uploads-dead"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.uploads.arn]
  })
}

resource "aws_sqs_queue_policy" "uploads" {
  queue_url = aws_sqs_queue.uploads.id
  policy    = module.texts.queue_policy
}
