// SPDX-License-Identifier: Apache-2.0
// file REPO NAME | snapshot REPO NAME… (this client cannot list and fetch by itself; it gets the names).
use hf_hub::api::tokio::ApiBuilder;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let api = ApiBuilder::from_env().with_progress(false).build()?;
    let repo = std::sync::Arc::new(api.model(arguments[1].clone()));
    let limit = std::sync::Arc::new(tokio::sync::Semaphore::new(8));
    let mut tasks = Vec::new();
    for name in arguments.into_iter().skip(2) {
        let (repo, limit) = (repo.clone(), limit.clone());
        tasks.push(tokio::spawn(async move {
            let _permit = limit.acquire_owned().await;
            repo.get(&name).await
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(())
}
