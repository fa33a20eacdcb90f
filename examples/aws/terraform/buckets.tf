# One bucket for each database: whoever may write to it may change that database, and no other.

resource "aws_s3_bucket" "files" {
  for_each      = var.databases
  bucket_prefix = "${each.key}-"
  force_destroy = !var.deletion_protection
}

# What the host is made of: the archive of the tool, configuration files, certificates.
resource "aws_s3_bucket" "artifacts" {
  bucket_prefix = "${var.name}-artifacts-"
  force_destroy = true
}

locals {
  buckets = merge({ for name, bucket in aws_s3_bucket.files : name => bucket.id }, { artifacts = aws_s3_bucket.artifacts.id })
}

# What was uploaded stays, also when somebody writes over it.
resource "aws_s3_bucket_versioning" "all" {
  for_each = local.buckets
  bucket   = each.value

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "all" {
  for_each   = local.buckets
  bucket     = each.value
  depends_on = [aws_s3_bucket_versioning.all]

  rule {
    id     = "old"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 365
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

# Keys of S3's own: then the ETag of a small object is the MD5 of its content, by which upload.sh knows what has changed.
resource "aws_s3_bucket_server_side_encryption_configuration" "all" {
  for_each = local.buckets
  bucket   = each.value

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "all" {
  for_each                = local.buckets
  bucket                  = each.value
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "all" {
  for_each   = local.buckets
  bucket     = each.value
  policy     = module.texts.bucket_policies[each.key]
  depends_on = [aws_s3_bucket_public_access_block.all]
}

resource "aws_s3_bucket_notification" "files" {
  for_each   = aws_s3_bucket.files
  bucket     = each.value.id
  depends_on = [aws_sqs_queue_policy.uploads]

  queue {
    id            = "sql"
    queue_arn     = aws_sqs_queue.uploads.arn
    events        = ["s3:ObjectCreated:*"]
    filter_suffix = ".sql"
  }
}
