# Who may do what, each as little as works.

locals {
  arn        = "arn:${var.partition}"
  here       = "${var.region}:${var.account}"
  artifacts  = "${local.arn}:s3:::${var.buckets.artifacts}"
  files      = [for name in sort(keys(var.databases)) : "${local.arn}:s3:::${var.buckets[name]}"]
  log_groups = { host = "/ssm/runcommand/${var.name}-host", function = "/aws/lambda/${var.function_name}" }
  queue      = "${local.arn}:sqs:${local.here}:${var.uploads_queue}"
  topic      = "${local.arn}:sns:${local.here}:${var.failures_topic}"

  # Only when it comes from this account: without that, anybody's bucket or alarm could use the service to write here.
  this_account = { StringEquals = { "aws:SourceAccount" = var.account } }
}

# Roles: who may be them

locals {
  trusted = merge(
    {
      function = { principal = { Service = "lambda.amazonaws.com" }, action = "sts:AssumeRole", condition = {} }
      host     = { principal = { Service = "ec2.amazonaws.com" }, action = "sts:AssumeRole", condition = {} }
    },
    var.github == null ? {} : {
      github = {
        principal = { Federated = var.github.oidc_provider_arn }
        action    = "sts:AssumeRoleWithWebIdentity"
        condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:sub" = "repo:${var.github.repository}:ref:refs/heads/main"
          }
        }
      }
    }
  )
}

output "trust_policies" {
  value = {
    for name, trust in local.trusted : name => jsonencode({
      Version = "2012-10-17"
      Statement = [merge(
        { Effect = "Allow", Principal = trust.principal, Action = trust.action },
        length(trust.condition) == 0 ? null : { Condition = trust.condition }
      )]
    })
  }
}

# The function: reads mappings, runs our document on our host - no other document, no other machine.
output "function_policy" {
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "ssm:GetParameter", Resource = "${local.arn}:ssm:${local.here}:parameter/flyway/s3-mapping/*" },
      {
        Effect = "Allow"
        Action = "ssm:SendCommand"
        Resource = [
          "${local.arn}:ssm:${local.here}:document/${var.name}-Migrate",
          "${local.arn}:ec2:${local.here}:instance/${var.instance}",
        ]
      },
      { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = local.queue },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${local.arn}:logs:${local.here}:log-group:${local.log_groups.function}:*"
      },
    ]
  })
}

# The host: reads the files, logs in to the database, writes its log. What its agent needs comes from a policy of AWS.
output "host_policy" {
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:ListBucket", Resource = concat(local.files, [local.artifacts]) },
      { Effect = "Allow", Action = "s3:GetObject", Resource = [for bucket in concat(local.files, [local.artifacts]) : "${bucket}/*"] },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
        Resource = "${local.arn}:logs:${local.here}:log-group:${local.log_groups.host}:*"
      },
      { Effect = "Allow", Action = "logs:DescribeLogGroups", Resource = "${local.arn}:logs:${local.here}:log-group:*" },
      var.login == "iam" ? {
        Effect   = "Allow"
        Action   = "rds-db:connect"
        Resource = [for name in sort(keys(var.databases)) : "${local.arn}:rds-db:${local.here}:dbuser:${var.cluster_id}/migrator_${name}"]
        } : {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = [var.master_secret]
      },
    ]
  })
}

# The workflow that uploads: may add files, and see what is there. Old versions it can neither read nor remove.
output "upload_policy" {
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:ListBucket", Resource = local.files },
      { Effect = "Allow", Action = "s3:PutObject", Resource = [for bucket in local.files : "${bucket}/*"] },
    ]
  })
}

# Resources: who may come to them

output "bucket_policies" {
  value = {
    for name, bucket in var.buckets : name => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["${local.arn}:s3:::${bucket}", "${local.arn}:s3:::${bucket}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    })
  }
}

output "queue_policy" {
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = local.queue
      Condition = merge(local.this_account, { ArnEquals = { "aws:SourceArn" = local.files } })
    }]
  })
}

# EventBridge is not known to honour a condition here, so its statement has none.
output "topic_policy" {
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic
      },
      {
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic
        Condition = local.this_account
      },
    ]
  })
}

# Through the gateway to S3: our buckets, and those from which AWS keeps the machine up to date.
output "s3_endpoint_policy" {
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:GetObject", "s3:ListBucket"]
      Resource = concat(
        flatten([for bucket in concat(local.files, [local.artifacts]) : [bucket, "${bucket}/*"]]),
        [for bucket in ["al2023-repos-${var.region}-de612dc2", "amazon-ssm-${var.region}", "aws-ssm-${var.region}"] : "${local.arn}:s3:::${bucket}/*"]
      )
    }]
  })
}
