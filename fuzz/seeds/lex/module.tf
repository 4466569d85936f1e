# A role, and an instance that refers to it.
resource "aws_iam_role" "web" {
  count = var.create && length(var.names) >= 1 ? 1 : 0

  name               = "web-${var.names[count.index]}-$${literal}"
  assume_role_policy = <<-EOT
    {"Statement": [%{ for service in var.services ~}"${service}",%{ endfor ~}]}
    EOT
}

resource "aws_instance" "web" {
  iam_instance_profile = one(aws_iam_role.web[*].name) // for the role

  tags = merge({ for key, value in local.tags : key => upper("${"${value}"}")... }, {
    "a\u00e9\n" = -1.5e3 % 2, b : !true || x.0.1 != provider::aws::f()
    /* c */ (d) = [
      <<EOT
$ %%{ EOT
EOT
    ]
  })
}
