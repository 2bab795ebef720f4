for command in list show verify; do
  arkive $command --from nowhere
  echo "$command: $?"
done
arkive export --from nowhere orders
echo "export: $?"
