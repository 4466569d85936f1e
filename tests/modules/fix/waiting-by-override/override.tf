locals {
  owner = aws_instance.web.id
}
