# SPDX-License-Identifier: Apache-2.0
"""Model artifacts: read without running code from them, and compared with a contract."""
