variable "identity" {}

variable "machines" {}

variable "remote" {}

variable "label" {}

module "inner" {
  source = "../inner"

  identity = var.identity
  label    = var.label
}

module "each" {
  source   = "../inner"
  for_each = var.machines

  identity = each.value.identity
  label    = each.key
}

module "remote" {
  source = "terraform-aws-modules/ec2-instance/aws"

  iam_instance_profile = var.remote
}
