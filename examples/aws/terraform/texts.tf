# All texts that AWS is given - policies, the document, user data, mappings - are made by a module that knows no provider, so
# that `terraform test` in its folder can look at them.

module "texts" {
  source = "./texts"

  name            = var.name
  region          = var.region
  account         = data.aws_caller_identity.current.account_id
  partition       = data.aws_partition.current.partition
  databases       = var.databases
  buckets         = local.buckets
  flyway_version  = var.flyway_version
  archive_key     = "${var.flyway_version}.tar.gz"
  archive_sha256  = var.archive_sha256
  login           = var.login
  source_of_files = var.source_of_files
  longest_run     = var.longest_run
  github          = var.github
  function_name   = local.function_name
  instance        = aws_instance.host.id
  cluster         = aws_rds_cluster.main.endpoint
  cluster_id      = aws_rds_cluster.main.cluster_resource_id
  master_secret   = aws_rds_cluster.main.master_user_secret[0].secret_arn
  uploads_queue   = "${var.name}-uploads"
  failures_topic  = "${var.name}-failures"
}
