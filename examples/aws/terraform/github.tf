# The role with which a repository's workflow uploads: only from its branch main, only to these buckets, without a lasting key.

resource "aws_iam_role" "github" {
  count              = var.github == null ? 0 : 1
  name               = "${var.name}-upload"
  assume_role_policy = module.texts.trust_policies.github
}

resource "aws_iam_role_policy" "github" {
  count  = var.github == null ? 0 : 1
  name   = "upload"
  role   = aws_iam_role.github[0].id
  policy = module.texts.upload_policy
}
