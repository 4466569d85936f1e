variable "services" {
  default = { web = { name = "web" } }
}

resource "aws_iam_role" "task" {
  for_each = var.services

  name               = "${each.value.name}-task"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_role" "node" {
  for_each = var.services

  name               = each.value["name"]
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "node" {
  for_each = var.services

  name = aws_iam_role.node[each.key].name
  role = aws_iam_role.node[each.key].name
}

# Here, `each.value` is a role.
resource "aws_iam_instance_profile" "task" {
  for_each = aws_iam_role.task

  role = each.value["name"]
}

resource "aws_instance" "node" {
  for_each = var.services

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.node[each.key].name
}
