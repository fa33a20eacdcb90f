# One cluster of Aurora MySQL, Serverless v2, that holds the schemas of all databases.

resource "aws_db_subnet_group" "main" {
  name_prefix = "${var.name}-"
  subnet_ids  = aws_subnet.private[*].id
}

resource "aws_rds_cluster_parameter_group" "main" {
  name_prefix = "${var.name}-"
  family      = "aurora-mysql8.0"

  # Nobody connects without TLS.
  parameter {
    name  = "require_secure_transport"
    value = "ON"
  }
}

resource "aws_rds_cluster" "main" {
  cluster_identifier_prefix       = "${var.name}-"
  engine                          = "aurora-mysql"
  engine_mode                     = "provisioned" # that of Serverless v2
  engine_version                  = var.engine_version
  db_subnet_group_name            = aws_db_subnet_group.main.name
  vpc_security_group_ids          = [aws_security_group.database.id]
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.main.name

  # RDS makes the password, keeps it in Secrets Manager and changes it weekly: it is in no variable and in no state.
  master_username                     = "administrator"
  manage_master_user_password         = true
  iam_database_authentication_enabled = true
  enable_http_endpoint                = true # make-users.sh

  serverlessv2_scaling_configuration {
    min_capacity             = var.capacity.min
    max_capacity             = var.capacity.max
    seconds_until_auto_pause = var.capacity.min == 0 ? 1800 : null
  }

  storage_encrypted               = true
  backup_retention_period         = 14
  copy_tags_to_snapshot           = true
  enabled_cloudwatch_logs_exports = ["error", "slowquery"]
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = !var.deletion_protection
  final_snapshot_identifier       = "${var.name}-final"
}

# A second one, in the other zone, makes it highly available.
resource "aws_rds_cluster_instance" "main" {
  count                      = 1
  identifier_prefix          = "${var.name}-"
  cluster_identifier         = aws_rds_cluster.main.id
  engine                     = aws_rds_cluster.main.engine
  engine_version             = aws_rds_cluster.main.engine_version
  instance_class             = "db.serverless"
  db_subnet_group_name       = aws_db_subnet_group.main.name
  publicly_accessible        = false
  auto_minor_version_upgrade = true
}
