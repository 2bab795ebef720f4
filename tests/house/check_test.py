#!/usr/bin/env python3
"""Plants violations in a made-up tree: each rule must find its own, and nothing in a clean tree."""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the sources stay as they are

import check


class HouseTest(unittest.TestCase):
    def found(self, rule, tree):
        with tempfile.TemporaryDirectory() as top:
            for name, text in tree.items():
                path = os.path.join(top, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            return list(check.RULES[rule](top))

    def expect_found(self, rule, name, text):
        found = self.found(rule, {name: text})
        self.assertEqual(len(found), 1, (name, text, found))
        self.assertIn(name, found[0])

    def expect_clean(self, rule, name, text):
        self.assertEqual(self.found(rule, {name: text}), [])

    def test_every_arrow_upward_is_found(self):
        folders = ["stores/core", "stores/git", "zk/client", "kafka/znodes", "restore-plans/plan", "tools/arkive"]
        for low, lower in enumerate(folders):
            for high, higher in enumerate(folders):
                text = f'#include "{higher}/x.h"\n'
                (self.expect_found if high > low else self.expect_clean)("include_direction", f"{lower}/a.cc", text)

    def test_an_include_not_from_the_root_is_found(self):
        self.expect_found("include_direction", "zk/a.cc", '#include "tree.h"\n')
        self.expect_found("include_direction", "zk/a.cc", '#include "../stores/store.h"\n')

    def test_an_include_of_a_test_is_found(self):
        self.expect_found("include_direction", "zk/a.cc", '#include "tests/support/results.h"\n')

    def test_internal_headers_are_for_their_own_folder(self):
        for header in ("zk/client/wire_internal.h", "zk/client/internal/wire.h"):
            text = f'#include "{header}"\n'
            self.expect_clean("include_direction", "zk/client/a.cc", text)
            self.expect_found("include_direction", "zk/dump/a.cc", text)
            self.expect_found("include_direction", "zk/client_two/a.cc", text)
        self.expect_clean("include_direction", "zk/client/internal/a.cc", '#include "zk/client/internal/wire.h"\n')

    def test_foreign_words_are_found_but_not_in_comments_of_headers(self):
        self.expect_found("foreign_words", "zk/a.cc", 'auto root = "/Kafka";\n')
        self.expect_found("foreign_words", "zk/a.cc", "// as Kafka does\n")
        self.expect_found("foreign_words", "stores/a.h", "int kafka_id;  ///< 7\n")
        self.expect_clean("foreign_words", "stores/a.h", "std::string root;  ///< \"/kafka\"\n")
        self.expect_clean("foreign_words", "stores/a.h", "/* \n kafka \n */ int a;\n")
        self.expect_clean("foreign_words", "kafka/a.cc", "int kafka;\n")
        self.expect_clean("foreign_words", "zk/a.cc", "int kafka;  // house: a reason\n")

    def test_c_headers_in_public_headers_are_found(self):
        self.expect_found("c_headers", "stores/git/a.h", "#include <git2.h>\n")
        self.expect_found("c_headers", "zk/a.h", "#include <nlohmann/json.hpp>\n")
        self.expect_clean("c_headers", "zk/a.h", "#include <nlohmann/json_fwd.hpp>\n")
        self.expect_clean("c_headers", "stores/git/a_internal.h", "#include <git2.h>\n")
        self.expect_clean("c_headers", "stores/git/a.cc", "#include <git2.h>\n")

    def test_frees_by_hand_are_found(self):
        for call in ("git_tree_free(tree);", "zookeeper_close(zk);", "rd_kafka_destroy(rk);", "::close(fd);", "closedir(d);"):
            self.expect_found("raw_frees", "stores/git/a.cc", "  " + call + "\n")
        self.expect_clean("raw_frees", "stores/git/a.cc", "using Tree = Handle<git_tree, git_tree_free>;\n")
        self.expect_clean("raw_frees", "stores/git/a.cc", "git_tree_free(tree);  // house: owned by the callback\n")
        self.expect_clean("raw_frees", "stores/git/a.cc", "void Closer::operator()(git_odb* odb) const noexcept {\n  git_odb_free(odb);\n}\n")
        self.expect_clean("raw_frees", "stores/git/a.cc", "if (::close(fd.release()) != 0) return;\n")
        self.expect_clean("raw_frees", "stores/git/a.cc", "stream.close(); channel->close();\n")

    def test_long_and_large_files_are_found(self):
        self.expect_found("file_length", "tests/a_test.cc", "x\n" * 501)
        self.expect_clean("file_length", "tests/a_test.cc", "x\n" * 500)
        self.expect_found("file_size", "docs/picture", "x" * 1_000_001)

    def test_open_ends_and_registry_hosts_are_found(self):
        for text in ("// TO" + "DO later", "// FIX" + "ME", "https://repo1.maven.o" + "rg/x", "files.pythonhosted.o" + "rg",
                     "registry.npm" + "js.org", "https://pypi.o" + "rg/simple", "static.crates.i" + "o"):
            self.expect_found("forbidden_words", "docs/a.md", text + "\n")
        self.expect_clean("forbidden_words", "docs/a.md", "mastodon, TODOS\n")

    def test_a_library_without_readme_is_found(self):
        found = self.found("readmes", {"zk/client/CMakeLists.txt": "arkive_library(arkive_zk_client)\n"})
        self.assertEqual(len(found), 1)
        self.assertEqual(self.found("readmes", {"zk/CMakeLists.txt": "add_subdirectory(client)\n"}), [])
        self.assertEqual(self.found("readmes", {"zk/client/CMakeLists.txt": "arkive_library(arkive_zk_client)\n",
                                                "zk/client/README.md": "a\nb\nc\nd\ne\n"}), [])

    def test_built_files_are_left_alone(self):
        self.expect_clean("forbidden_words", "build/a.cc", "// TO" + "DO\n")
        self.expect_clean("file_length", "build-asan/a.cc", "x\n" * 501)


if __name__ == "__main__":
    unittest.main()
