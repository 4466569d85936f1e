resource "aws_instance" "edge" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.edge_role.name
}
