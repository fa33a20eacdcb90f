# What the host runs, and which bucket belongs to which schema.

resource "aws_ssm_document" "migrate" {
  name            = "${var.name}-Migrate"
  document_type   = "Command"
  document_format = "JSON"
  content         = module.texts.document
}

resource "aws_ssm_parameter" "mapping" {
  for_each    = var.databases
  name        = "/flyway/s3-mapping/${aws_s3_bucket.files[each.key].id}"
  description = "Where the files in this bucket go"
  type        = "String" # not StringList: there are commas in JSON
  value       = module.texts.mappings[each.key]
}
