variable "specifications" {}

variable "profiles" {}

variable "prefix" {}

resource "aws_spot_fleet_request" "all" {
  iam_fleet_role = "arn:aws:iam::123456789012:role/fleet"

  dynamic "launch_specification" {
    for_each = var.specifications
    iterator = machine

    content {
      ami                  = "ami-0abcdef1234567890"
      instance_type        = "t3.micro"
      iam_instance_profile = machine.value.profile
    }
  }
}

resource "aws_instance" "web" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = lookup(var.profiles, "web", null)
}

resource "aws_instance" "named" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = "${var.prefix}-profile"
}
