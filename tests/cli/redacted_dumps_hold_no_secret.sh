. "$(dirname "$BASH_SOURCE")/trees.inc"
night_1 > night-1
scripted_dump night-1 git:zoo.git redact > run-1
for secret in c2FsdHNhbHQ= c3RvcmVkc3RvcmVk c2VydmVyc2VydmVy; do
  git -C zoo.git grep -c "$secret" $(git -C zoo.git for-each-ref --format='%(refname)') && echo "LEAKED $secret"
done
arkive show --from git:zoo.git /config/users/alice
arkive show --from git:zoo.git | grep -i redacted
stat -c %a zoo.git.redaction-key
