#pragma once

#include <string_view>

namespace inquest::cli {

// What `inquest ci --workflow` prints: a job that asks on each change whether a bug is back.

inline constexpr std::string_view kGithubWorkflow = R"yaml(# .github/workflows/inquest.yml
name: inquest
on: [push, pull_request]
permissions:
  contents: read
  security-events: write
jobs:
  fixed-bugs:
    runs-on: ubuntu-latest
    container: debian:12  # Inquest and what the regression tests need must be installed in it
    steps:
      - uses: actions/checkout@v4
      - run: inquest doctor
      - run: inquest ci --junit inquest.xml --sarif inquest.sarif
      - uses: github/codeql-action/upload-sarif@v3
        if: always()
        with:
          sarif_file: inquest.sarif
)yaml";

inline constexpr std::string_view kGitlabWorkflow = R"yaml(# in .gitlab-ci.yml
inquest:
  image: debian:12  # Inquest and what the regression tests need must be installed in it
  script:
    - inquest doctor
    - inquest ci --junit inquest.xml
  artifacts:
    when: always
    reports:
      junit: inquest.xml
)yaml";

}  // namespace inquest::cli
