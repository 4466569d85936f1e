variable "machines" {}

variable "sizes" {}

variable "create" {}

locals {
  machines = { for name, machine in var.machines : name => merge(machine, { size = try(var.sizes[name].size, "t3.micro") }) }
}

resource "aws_instance" "all" {
  for_each = local.machines

  ami                  = "ami-0abcdef1234567890"
  instance_type        = each.value.size
  iam_instance_profile = var.create ? each.value.profile : null
}
