// SPDX-License-Identifier: Apache-2.0
/// @file
/// The calls of `HfApi` as free functions on the default client (`default_api()`), as in Python. Parameters, errors
/// and guarantees are those of the member of the same name.
#pragma once

#include "huggingface_hub/hf_api.hpp"

#include <filesystem>
#include <string>
#include <vector>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

// History and commits: api/commits_api.hpp.
inline std::vector<GitCommitInfo> list_repo_commits(const std::string& repo_id,
                                                    const ListRepoCommitsOptions& options = {}) {
  return default_api().list_repo_commits(repo_id, options);
}
inline void super_squash_history(const std::string& repo_id, const SuperSquashHistoryOptions& options = {}) {
  default_api().super_squash_history(repo_id, options);
}
inline CommitInfo create_commit(const std::string& repo_id, const std::vector<CommitOperation>& operations,
                                const CreateCommitOptions& options) {
  return default_api().create_commit(repo_id, operations, options);
}
inline void preupload_lfs_files(const std::string& repo_id, const std::vector<CommitOperationAdd>& additions,
                                const PreuploadLfsFilesOptions& options = {}) {
  default_api().preupload_lfs_files(repo_id, additions, options);
}

// Uploads: api/uploads_api.hpp.
inline CommitInfo upload_file(const UploadSource& path_or_fileobj, const std::string& path_in_repo,
                              const std::string& repo_id, const UploadFileOptions& options = {}) {
  return default_api().upload_file(path_or_fileobj, path_in_repo, repo_id, options);
}
inline CommitInfo upload_folder(const std::string& repo_id, const std::filesystem::path& folder_path,
                                const UploadFolderOptions& options = {}) {
  return default_api().upload_folder(repo_id, folder_path, options);
}
inline CommitInfo delete_file(const std::string& path_in_repo, const std::string& repo_id,
                              const DeleteFileOptions& options = {}) {
  return default_api().delete_file(path_in_repo, repo_id, options);
}
inline CommitInfo delete_files(const std::string& repo_id, const StringList& delete_patterns,
                               const DeleteFilesOptions& options = {}) {
  return default_api().delete_files(repo_id, delete_patterns, options);
}
inline CommitInfo copy_files(const std::string& source, const std::string& destination,
                             const CopyFilesOptions& options = {}) {
  return default_api().copy_files(source, destination, options);
}
inline CommitInfo delete_folder(const std::string& path_in_repo, const std::string& repo_id,
                                const DeleteFolderOptions& options = {}) {
  return default_api().delete_folder(path_in_repo, repo_id, options);
}

// Repository information: api/info_api.hpp.
inline ModelInfo model_info(const std::string& repo_id, const ModelInfoOptions& options = {}) {
  return default_api().model_info(repo_id, options);
}
inline DatasetInfo dataset_info(const std::string& repo_id, const DatasetInfoOptions& options = {}) {
  return default_api().dataset_info(repo_id, options);
}
inline SpaceInfo space_info(const std::string& repo_id, const SpaceInfoOptions& options = {}) {
  return default_api().space_info(repo_id, options);
}
inline KernelInfo kernel_info(const std::string& repo_id, const KernelInfoOptions& options = {}) {
  return default_api().kernel_info(repo_id, options);
}
inline RepoInfo repo_info(const std::string& repo_id, const RepoInfoOptions& options = {}) {
  return default_api().repo_info(repo_id, options);
}
inline bool repo_exists(const std::string& repo_id, const RepoExistsOptions& options = {}) {
  return default_api().repo_exists(repo_id, options);
}
inline bool revision_exists(const std::string& repo_id, const std::string& revision,
                            const RevisionExistsOptions& options = {}) {
  return default_api().revision_exists(repo_id, revision, options);
}
inline bool file_exists(const std::string& repo_id, const std::string& filename,
                        const FileExistsOptions& options = {}) {
  return default_api().file_exists(repo_id, filename, options);
}

// What is in a repository: api/tree_api.hpp.
inline Paginated<RepoTreeEntry> list_repo_tree(const std::string& repo_id, const ListRepoTreeOptions& options = {}) {
  return default_api().list_repo_tree(repo_id, options);
}
inline std::vector<std::string> list_repo_files(const std::string& repo_id, const ListRepoFilesOptions& options = {}) {
  return default_api().list_repo_files(repo_id, options);
}
inline std::vector<RepoTreeEntry> get_paths_info(const std::string& repo_id, const std::vector<std::string>& paths,
                                                 const GetPathsInfoOptions& options = {}) {
  return default_api().get_paths_info(repo_id, paths, options);
}

// Searching: api/listing_api.hpp.
inline Paginated<ModelInfo> list_models(const ListModelsOptions& options = {}) {
  return default_api().list_models(options);
}
inline Paginated<DatasetInfo> list_datasets(const ListDatasetsOptions& options = {}) {
  return default_api().list_datasets(options);
}
inline Paginated<SpaceInfo> list_spaces(const ListSpacesOptions& options = {}) {
  return default_api().list_spaces(options);
}

// Branches and tags: api/refs_api.hpp.
inline GitRefs list_repo_refs(const std::string& repo_id, const ListRepoRefsOptions& options = {}) {
  return default_api().list_repo_refs(repo_id, options);
}
inline void create_branch(const std::string& repo_id, const std::string& branch,
                          const CreateBranchOptions& options = {}) {
  default_api().create_branch(repo_id, branch, options);
}
inline void delete_branch(const std::string& repo_id, const std::string& branch,
                          const DeleteBranchOptions& options = {}) {
  default_api().delete_branch(repo_id, branch, options);
}
inline void create_tag(const std::string& repo_id, const std::string& tag, const CreateTagOptions& options = {}) {
  default_api().create_tag(repo_id, tag, options);
}
inline void delete_tag(const std::string& repo_id, const std::string& tag, const DeleteTagOptions& options = {}) {
  default_api().delete_tag(repo_id, tag, options);
}

// Identity: api/users_api.hpp.
inline WhoAmI whoami(const WhoAmIOptions& options = {}) { return default_api().whoami(options); }
inline void auth_check(const std::string& repo_id, const AuthCheckOptions& options = {}) {
  default_api().auth_check(repo_id, options);
}

// Downloads: api/downloads_api.hpp. (`try_to_load_from_cache` needs no client: cache/lookup.hpp.)
inline std::filesystem::path hf_hub_download(const std::string& repo_id, const std::string& filename,
                                             const HfHubDownloadOptions& options = {}) {
  return default_api().hf_hub_download(repo_id, filename, options);
}
inline DryRunFileInfo hf_hub_download_dry_run(const std::string& repo_id, const std::string& filename,
                                              const HfHubDownloadOptions& options = {}) {
  return default_api().hf_hub_download_dry_run(repo_id, filename, options);
}
inline std::filesystem::path snapshot_download(const std::string& repo_id,
                                               const SnapshotDownloadOptions& options = {}) {
  return default_api().snapshot_download(repo_id, options);
}
inline std::vector<DryRunFileInfo> snapshot_download_dry_run(const std::string& repo_id,
                                                             const SnapshotDownloadOptions& options = {}) {
  return default_api().snapshot_download_dry_run(repo_id, options);
}

// Reading without a copy on the disk: api/remote_files_api.hpp.
inline RemoteFile open(const std::string& repo_id, const std::string& filename, const OpenOptions& options = {}) {
  return default_api().open(repo_id, filename, options);
}

// Safetensors without a download: api/safetensors_api.hpp.
HUGGINGFACE_HUB_EXPORT RemoteSafetensors open_remote_safetensors(const std::string& repo_id,
                                                                 const std::string& filename = {},
                                                                 const OpenRemoteSafetensorsOptions& options = {});
inline SafetensorsRepoMetadata get_safetensors_metadata(const std::string& repo_id,
                                                        const GetSafetensorsMetadataOptions& options = {}) {
  return default_api().get_safetensors_metadata(repo_id, options);
}
inline SafetensorsFileMetadata parse_safetensors_file_metadata(
    const std::string& repo_id, const std::string& filename, const ParseSafetensorsFileMetadataOptions& options = {}) {
  return default_api().parse_safetensors_file_metadata(repo_id, filename, options);
}
inline SafetensorsRepoMetadata get_sharded_safetensors_metadata(
    const std::string& repo_id, const GetShardedSafetensorsMetadataOptions& options = {}) {
  return default_api().get_sharded_safetensors_metadata(repo_id, options);
}

// Metadata of files: api/metadata_api.hpp.
inline std::string hf_hub_url(const std::string& repo_id, const std::string& filename,
                              const HfHubUrlOptions& options = {}) {
  return default_api().hf_hub_url(repo_id, filename, options);
}
inline HfFileMetadata get_hf_file_metadata(const std::string& url, const GetHfFileMetadataOptions& options = {}) {
  return default_api().get_hf_file_metadata(url, options);
}
inline FolderVerification verify_repo_checksums(const std::string& repo_id,
                                                const VerifyRepoChecksumsOptions& options = {}) {
  return default_api().verify_repo_checksums(repo_id, options);
}

// Repositories: api/repos_api.hpp.
inline RepoUrl create_repo(const std::string& repo_id, const CreateRepoOptions& options = {}) {
  return default_api().create_repo(repo_id, options);
}
inline void delete_repo(const std::string& repo_id, const DeleteRepoOptions& options = {}) {
  default_api().delete_repo(repo_id, options);
}
inline void move_repo(const std::string& from_id, const std::string& to_id, const MoveRepoOptions& options = {}) {
  default_api().move_repo(from_id, to_id, options);
}
inline void update_repo_settings(const std::string& repo_id, const UpdateRepoSettingsOptions& options = {}) {
  default_api().update_repo_settings(repo_id, options);
}

HUGGINGFACE_HUB_NAMESPACE_END
