a "b" {
  c = <<E
${~ d ~}
  E 
}
