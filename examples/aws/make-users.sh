#!/usr/bin/env bash
# Makes the account of each database, once, for login = "iam": without a password, over TLS only, with all rights on its own
# schema and none elsewhere. Goes through the Data API of RDS, so it can be run from where Terraform is run.
#   usage: make-users.sh            in the folder of the Terraform state
# Needs the AWS command line, jq, and the rights rds-data:ExecuteStatement and secretsmanager:GetSecretValue.
set -euo pipefail

cluster=$(terraform output -json cluster)
terraform output -json schemas | jq -r 'to_entries[] | "\(.key) \(.value)"' | while read -r name schema; do
  for statement in \
    "CREATE USER IF NOT EXISTS 'migrator_$name'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL" \
    "GRANT ALL PRIVILEGES ON \`${schema//_/\\_}\`.* TO 'migrator_$name'@'%'"; do
    echo "$statement"
    aws rds-data execute-statement --resource-arn "$(jq -r .arn <<<"$cluster")" --secret-arn "$(jq -r .secret <<<"$cluster")" \
      --sql "$statement" </dev/null >/dev/null
  done
done
