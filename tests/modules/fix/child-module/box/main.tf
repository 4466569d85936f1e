variable "machine_profile" {
  type = string
}

variable "role_to_log" {
  type = string
}

resource "aws_instance" "this" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = var.machine_profile
}

output "role" {
  value = var.role_to_log
}
