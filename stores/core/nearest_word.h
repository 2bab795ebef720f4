/// The known word that a misspelled one may have been meant for.
#pragma once

#include <string>
#include <vector>

namespace arkive {

/// Of `candidates`, the one fewest edits (insertions, removals, substitutions) away from `word`; of several
/// the first. Empty when none is near: more than a third of the word's length, or 2, whichever is more.
std::string nearest_word(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace arkive
