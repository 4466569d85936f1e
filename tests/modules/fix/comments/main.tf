# 踏み台サーバー
resource "aws_instance" "jump" {
  ami           = "ami-0abcdef1234567890" // 古い
  instance_type = "t3.micro"

  iam_instance_profile = /* 役割 */ aws_iam_role.jump.name # aws_iam_role.jump.name は役割
}

/* aws_iam_role.jump の説明
   resource "aws_iam_instance_profile" "jump" {} */
resource "aws_iam_role" "jump" {
  name               = "jump"
  description        = "踏み台" # 説明
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
  # 終わり
} # ここまで

# 次
output "jump" {
  value = aws_instance.jump.id
}
