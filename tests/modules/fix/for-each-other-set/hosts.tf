resource "aws_instance" "team" {
  for_each = toset(["red", "blue"])

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.team_role[each.key].id
}
