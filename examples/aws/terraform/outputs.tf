output "buckets" {
  description = "Where the .sql files go."
  value       = { for name, bucket in aws_s3_bucket.files : name => bucket.id }
}

output "function" {
  description = "To run a command without an upload: aws lambda invoke --function-name … --payload '{\"bucket\": \"…\", \"command\": \"info\"}'"
  value       = aws_lambda_function.start_migration.function_name
}

output "log_group" {
  description = "The whole output of every run."
  value       = aws_cloudwatch_log_group.host.name
}

output "cluster" {
  value = {
    arn      = aws_rds_cluster.main.arn
    endpoint = aws_rds_cluster.main.endpoint
    secret   = aws_rds_cluster.main.master_user_secret[0].secret_arn
  }
}

output "upload_role" {
  description = "For the workflow of the repository."
  value       = one(aws_iam_role.github[*].arn)
}

output "schemas" {
  description = "For make-users.sh."
  value       = { for name, database in var.databases : name => database.schema }
}
