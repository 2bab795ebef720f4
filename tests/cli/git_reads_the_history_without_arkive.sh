. "$(dirname "$BASH_SOURCE")/trees.inc"
nights git:zoo.git
git -C zoo.git fsck --strict 2>&1
git -C zoo.git log --format='%s' main
git -C zoo.git show main:znodes/config/topics/orders; echo
git -C zoo.git blame -s main -- views/kafka/acls
git -C zoo.git log --oneline main -- views/kafka/acls | wc -l
git -C zoo.git log -1 --format='%(trailers:only)' main
