# The machine that runs the migrations: no way in but Systems Manager, no key, no password, no public address.

data "aws_ssm_parameter" "amazon_linux" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

resource "aws_instance" "host" {
  ami                         = data.aws_ssm_parameter.amazon_linux.value
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.private[0].id
  vpc_security_group_ids      = [aws_security_group.host.id]
  iam_instance_profile        = aws_iam_instance_profile.host.name
  associate_public_ip_address = false
  user_data                   = module.texts.user_data
  user_data_replace_on_change = true
  tags                        = { Name = "${var.name}-host" }

  # Version 2 of the metadata service only, and only from the machine itself.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 8
    encrypted   = true
  }

  # A new image is no reason to replace the machine in the middle of other work: terraform apply -replace=aws_instance.host.
  lifecycle {
    ignore_changes = [ami]
  }

  depends_on = [aws_s3_object.archive, aws_s3_object.rds_ca, aws_s3_object.configuration, aws_iam_role_policy.host, aws_vpc_endpoint.s3]
}

resource "aws_s3_object" "archive" {
  bucket      = aws_s3_bucket.artifacts.id
  key         = "${var.flyway_version}.tar.gz"
  source      = var.archive
  source_hash = filesha256(var.archive)

  lifecycle {
    precondition {
      condition     = filesha256(var.archive) == var.archive_sha256
      error_message = "The archive has another checksum than archive_sha256."
    }
  }
}

resource "aws_s3_object" "rds_ca" {
  bucket      = aws_s3_bucket.artifacts.id
  key         = "rds-ca.pem"
  source      = var.rds_ca
  source_hash = filesha256(var.rds_ca)
}

resource "aws_s3_object" "configuration" {
  for_each = module.texts.configurations
  bucket   = aws_s3_bucket.artifacts.id
  key      = "conf/${each.key}"
  content  = each.value
}

resource "aws_cloudwatch_log_group" "host" {
  name              = "/ssm/runcommand/${var.name}-host"
  retention_in_days = var.log_days
}

resource "aws_iam_role" "host" {
  name_prefix        = "${var.name}-host-"
  assume_role_policy = module.texts.trust_policies.host
}

resource "aws_iam_instance_profile" "host" {
  name_prefix = "${var.name}-host-"
  role        = aws_iam_role.host.name
}

# What the agent needs to talk to Systems Manager.
resource "aws_iam_role_policy_attachment" "host_core" {
  role       = aws_iam_role.host.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy" "host" {
  name   = "migrate"
  role   = aws_iam_role.host.id
  policy = module.texts.host_policy
}
