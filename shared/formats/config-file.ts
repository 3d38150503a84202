/** What a configuration is called, wherever it lies. */
export const configName = 'netwright.config.json';
export const MAX_CONFIG_BYTES = 1024 * 1024;
/** Configurations that build on each other: more in a row are a mistake. */
export const MAX_CONFIG_CHAIN = 16;
/** So many are read in all: files that name each other many times over would be read for ever. */
export const MAX_CONFIG_FILES = 100;
