import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

export default defineConfig(
  // The core is AssemblyScript, which its own compiler checks.
  globalIgnores(['assembly/', 'build/', 'dist/', 'coverage/', '.wrangler/', '.train/']),
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', 300],
      // Numbers and booleans in messages are what the messages are about.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true }
      ],
      // An index within the bounds of a typed array needs no ceremony.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // The type checker takes every index for valid, so it would call honest checks of one unnecessary.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }
      ]
    }
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', '**/*.d.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Name what you export, so that everybody calls it the same.'
        }
      ]
    }
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked }
)
