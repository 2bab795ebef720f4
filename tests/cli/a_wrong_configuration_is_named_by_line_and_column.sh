cat > arkive.yaml <<YAML
clusters:
  prod:
    to: store
    kafka:
      boostrap: 127.0.0.1:1
YAML
arkive backup -c arkive.yaml
echo "$?"
sed 's/boostrap/bootstrap/; $a\    kafka: {}' arkive.yaml > twice.yaml
arkive backup -c twice.yaml
echo "$?"
sed 's/boostrap/bootstrap/; $a\      timeout: 10' arkive.yaml > unit.yaml
arkive backup -c unit.yaml
echo "$?"
arkive backup -c absent.yaml
echo "$?"
sed 's/boostrap/bootstrap/' arkive.yaml > good.yaml
arkive backup -c good.yaml --cluster prd
echo "$?"
ls
